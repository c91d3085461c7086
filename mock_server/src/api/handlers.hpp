#pragma once
/// Handlers by resource, one file each; routes.cpp says which answers what.

#include "api/context.hpp"

namespace understudy::api {

// auth.cpp
Response exchange_token(Context& context);
Response revoke_token(Context& context);
Response authorize(Context& context);
// users.cpp
Response get_account(Context& context);
Response get_user(Context& context);
Response list_api_tokens(Context& context);
Response create_api_token(Context& context);
Response get_api_token(Context& context);
Response delete_api_token(Context& context);
Response list_extended_access(Context& context);
Response refer_users(Context& context);
Response refer_projects(Context& context);
Response refer_organizations(Context& context);
// projects.cpp
Response list_projects(Context& context);
Response get_project(Context& context);
Response update_project(Context& context);
Response get_settings(Context& context);
Response update_settings(Context& context);
Response get_capabilities(Context& context);
Response list_environment_types(Context& context);
Response get_environment_type(Context& context);
Response list_type_access(Context& context);
Response get_type_access(Context& context);
Response list_access(Context& context);
Response get_access(Context& context);
Response list_user_access(Context& context);
Response get_user_access(Context& context);
// environments.cpp
Response list_environments(Context& context);
Response get_environment(Context& context);
Response update_environment(Context& context);
Response get_environment_settings(Context& context);
Response update_environment_settings(Context& context);
Response list_deployments(Context& context);
Response get_deployment(Context& context);
Response redeploy(Context& context);
// variables.cpp
Response list_project_variables(Context& context);
Response get_project_variable(Context& context);
Response create_project_variable(Context& context);
Response update_project_variable(Context& context);
Response delete_project_variable(Context& context);
Response list_environment_variables(Context& context);
Response get_environment_variable(Context& context);
Response create_environment_variable(Context& context);
Response update_environment_variable(Context& context);
Response delete_environment_variable(Context& context);
// activities.cpp
Response list_activities(Context& context);
Response get_activity(Context& context);
Response get_activity_log(Context& context);
Response cancel_activity(Context& context);
// backups.cpp
Response create_backup(Context& context);
Response list_backups(Context& context);
Response get_backup(Context& context);
Response delete_backup(Context& context);
Response restore_backup(Context& context);

}  // namespace understudy::api
