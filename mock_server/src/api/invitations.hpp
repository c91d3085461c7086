#pragma once
/// What invitations to a project and to an organization have in common.

#include "api/context.hpp"

namespace understudy::api {

using Invitations = std::map<std::string, model::Invitation, std::less<>>;

[[nodiscard]] std::string invited_address(const Context& context);  ///< of the body; 400 if it is none
/// A new one takes the place of a pending one for the same address if the body says `force`; else that is 409.
const model::Invitation& invite(Context& context, Invitations& invitations, const std::string& email,
                                std::vector<std::string> permissions);
/// The invitation in the path is cancelled; 404 if it is not pending.
[[nodiscard]] Response cancel_invitation(const Context& context, Invitations& invitations);

}  // namespace understudy::api
