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
Response refer_teams(Context& context);
Response get_verification(Context& context);
Response begin_phone_verification(Context& context);
Response check_phone_code(Context& context);
// projects.cpp
Response list_projects(Context& context);
Response get_project(Context& context);
Response update_project(Context& context);
Response get_settings(Context& context);
Response update_settings(Context& context);
Response get_capabilities(Context& context);
Response clear_build_cache(Context& context);
Response get_system(Context& context);
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
// access.cpp
Response list_environment_types(Context& context);
Response get_environment_type(Context& context);
Response list_type_access(Context& context);
Response get_type_access(Context& context);
Response create_type_access(Context& context);
Response update_type_access(Context& context);
Response delete_type_access(Context& context);
Response list_access(Context& context);
Response get_access(Context& context);
Response update_access(Context& context);
Response delete_access(Context& context);
Response get_environment_access(Context& context);
Response list_user_access(Context& context);
Response get_user_access(Context& context);
Response update_user_access(Context& context);
Response delete_user_access(Context& context);
Response list_invitations(Context& context);
Response create_invitation(Context& context);
Response delete_invitation(Context& context);
// actions.cpp
Response activate_environment(Context& context);
Response deactivate_environment(Context& context);
Response delete_environment(Context& context);
Response branch_environment(Context& context);
Response merge_environment(Context& context);
Response synchronize_environment(Context& context);
Response pause_environment(Context& context);
Response resume_environment(Context& context);
Response deploy_environment(Context& context);
Response initialize_environment(Context& context);
// domains.cpp
Response list_domains(Context& context);
Response get_domain(Context& context);
Response create_domain(Context& context);
Response update_domain(Context& context);
Response delete_domain(Context& context);
Response list_certificates(Context& context);
Response get_certificate(Context& context);
Response create_certificate(Context& context);
Response delete_certificate(Context& context);
// integrations.cpp
Response list_integrations(Context& context);
Response get_integration(Context& context);
Response create_integration(Context& context);
Response update_integration(Context& context);
Response delete_integration(Context& context);
Response validate_integration(Context& context);
// operations.cpp
Response list_source_operations(Context& context);
Response run_source_operation(Context& context);
Response run_operation(Context& context);
Response list_tasks(Context& context);
Response run_task(Context& context);
Response list_versions(Context& context);
Response get_version(Context& context);
Response create_version(Context& context);
Response update_version(Context& context);
Response delete_version(Context& context);
Response get_autoscaling(Context& context);
Response update_autoscaling(Context& context);
Response get_metrics(Context& context);
Response get_next_deployment(Context& context);
Response update_next_deployment(Context& context);
// git.cpp
Response get_commit(Context& context);
Response get_tree(Context& context);
Response get_blob(Context& context);
Response list_refs(Context& context);
Response get_ref(Context& context);
// organizations.cpp
Response list_organizations(Context& context);
Response list_organizations_of_user(Context& context);
Response get_organization(Context& context);
Response create_organization(Context& context);
Response update_organization(Context& context);
Response delete_organization(Context& context);
Response get_address(Context& context);
Response update_address(Context& context);
Response get_profile(Context& context);
Response get_mfa_enforcement(Context& context);
Response enable_mfa_enforcement(Context& context);
Response disable_mfa_enforcement(Context& context);
Response update_profile(Context& context);
Response get_trial(Context& context);
Response get_usage(Context& context);
Response list_members(Context& context);
Response get_member(Context& context);
Response update_member(Context& context);
Response delete_member(Context& context);
Response create_organization_invitation(Context& context);
Response list_organization_invitations(Context& context);
Response delete_organization_invitation(Context& context);
Response list_organization_projects(Context& context);
// teams.cpp
Response list_teams(Context& context);
Response create_team(Context& context);
Response get_team(Context& context);
Response update_team(Context& context);
Response delete_team(Context& context);
Response list_team_members(Context& context);
Response get_team_member(Context& context);
Response create_team_member(Context& context);
Response delete_team_member(Context& context);
Response list_team_projects(Context& context);
Response get_team_project(Context& context);
Response create_team_projects(Context& context);
Response delete_team_project(Context& context);
Response list_project_teams(Context& context);
// subscriptions.cpp
Response list_plans(Context& context);
Response list_regions(Context& context);
Response list_subscriptions(Context& context);
Response get_subscription(Context& context);
Response create_subscription(Context& context);
Response update_subscription(Context& context);
Response delete_subscription(Context& context);
Response estimate_subscription(Context& context);
Response can_create_subscription(Context& context);
Response get_setup_options(Context& context);
// ssh.cpp
Response sign_ssh_key(Context& context);
Response create_ssh_key(Context& context);
Response get_ssh_key(Context& context);
Response delete_ssh_key(Context& context);

}  // namespace understudy::api
