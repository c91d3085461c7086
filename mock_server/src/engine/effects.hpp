#pragma once
/// What an activity leaves behind when it is over: a backup, a restored environment ...

#include "model/model.hpp"

namespace understudy::engine {

/// Whoever has this e-mail address takes up every invitation to it; an account is made if nobody has it yet.
void accept_invitations(model::State& state, Time now, const std::string& email, const std::string& new_user);
/// The project of a subscription that has become active, with an empty default environment.
void add_project(model::State& state, Time now, const model::Subscription& subscription);
void take_effect(model::State& state, Time now, const model::Activity& activity);
/// What was marked when it was asked for is as before: it failed, or somebody cancelled it.
void take_back(model::State& state, const model::Activity& activity);
/// The environment remembers its last deployment.
void note_deployment(model::State& state, Time now, const model::Activity& activity);

}  // namespace understudy::engine
