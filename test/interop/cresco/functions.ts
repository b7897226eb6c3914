/**
 * Every public function of the Python client, by module, in any of its releases. `npm run interop -- cresco` asks the real packages
 * whether this is all. Left out are the twins with `_async` in their names, and what a module has for its own use.
 */
export const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  clientlib: words`connect connected close connection get_dataplane close_dataplane get_active_dataplanes get_logstreamer close_logstreamer
      get_active_logstreamers`,
  admin: words`stopcontroller restartcontroller restartframework killjvm`,
  agents: words`is_controller_active get_controller_status add_plugin_agent remove_plugin_agent list_plugin_agent find_plugin status_plugin_agent
      get_agent_info get_agent_log repo_pull_plugin_agent upload_plugin_agent update_plugin_agent get_broadcast_discovery cepadd`,
  api: words`get_api_region_name get_api_agent_name get_api_plugin_name get_global_region get_global_agent get_global_info`,
  globalcontroller: words`submit_pipeline remove_pipeline get_pipeline_list get_pipeline_info get_pipeline_status get_pipeline_id_by_name get_pipeline_export
      get_pipeline_is_assignment_info get_agent_list get_agent_resources get_region_resources get_region_list get_plugin_list
      get_plugin_repo_list get_repo_plugins list_plugins find_plugin upload_plugin_global get_metric_inventory get_capability_inventory`,
  messaging: words`global_controller_msgevent regional_controller_msgevent global_agent_msgevent regional_agent_msgevent agent_msgevent
      global_plugin_msgevent regional_plugin_msgevent plugin_msgevent get_region get_agent get_plugin reset_connection_state close`,
  dataplane: words`connect connected is_active send send_binary send_binary_file send_partial update_config get_metrics close`,
  logstreamer: words`connect connected send update_config update_config_class close`,
  stunnel: words`find_plugin deploy_plugin create_tunnel get_tunnel_list get_tunnel_status get_tunnel_config tunnel_health_check get_metrics
      set_net_tuning remove_src_tunnel remove_dst_tunnel remove_tunnel`,
  utils: words`compress_param compress_data encode_data decompress_param get_jar_info json_serialize json_deserialize read_file_bytes
      validate_ssl_config`,
};

/** How a module is called in the page's cells. */
const CALLED: Readonly<Record<string, string>> = { clientlib: 'client.', dataplane: 'plane.', logstreamer: 'log.', utils: '' };

/** How the page names a function: `client.agents.cepadd`, `plane.send`, `compress_param`. */
export const nameOf = (module: string, name: string): string => `${CALLED[module] ?? `client.${module}.`}${name}`;

function words(text: TemplateStringsArray): readonly string[] {
  return (text[0] ?? '').trim().split(/\s+/);
}
