#include "api/invitations.hpp"

#include "api/answers.hpp"

namespace understudy::api {

using model::InvitationState;

std::string invited_address(const Context& context) {
  std::string email = needed_text(context, "email");
  if (email.find('@') == std::string::npos) throw bad_request("email", "is no e-mail address");
  return email;
}

const model::Invitation& invite(Context& context, Invitations& invitations, const std::string& email,
                                std::vector<std::string> permissions) {
  for (auto& [id, other] : invitations) {
    if (other.email != email || other.state != InvitationState::kPending) continue;
    if (!flag_of_body(context, "force", false))
      throw ApiError{409, "An invitation has already been created for this e-mail address"};
    other.state = InvitationState::kCancelled;
    other.updated_at = context.now;
  }
  model::Invitation invitation;
  invitation.id = context.core.ids.uuid();
  invitation.email = email;
  invitation.permissions = std::move(permissions);
  invitation.inviter = context.viewer().user;
  invitation.created_at = invitation.updated_at = context.now;
  return invitations[invitation.id] = invitation;
}

Response cancel_invitation(const Context& context, Invitations& invitations) {
  const auto found = invitations.find(context.param("invitation"));
  const bool pending = found != invitations.end() && found->second.state == InvitationState::kPending;
  if (!pending) throw ApiError{404, "Invitation not found: " + context.param("invitation")};
  found->second.state = InvitationState::kCancelled;
  found->second.updated_at = context.now;
  return {.status = 204};
}

}  // namespace understudy::api
