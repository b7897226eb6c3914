/** The public methods of `Colonies` in pycolonies 1.0.25, and its functions beside the class. */
export const FUNCTIONS: readonly string[] = `
  add_attribute add_blueprint add_blueprint_definition add_child add_colony add_cron add_executor add_function add_generator add_log add_user
  approve_executor assign channel_append channel_read close create_snapshot del_colony del_cron delete_file download_data download_file fail
  find_process get_attribute get_blueprint get_blueprint_definition get_blueprint_definitions get_blueprint_history get_blueprints get_colony
  get_cron get_crons get_executor get_executor_log get_file get_file_labels get_files get_functions_by_colony get_functions_by_executor
  get_generator get_generators get_process get_process_log get_processes_for_workflow get_processgraph get_processgraphs get_snapshot_by_id
  get_snapshot_by_name get_snapshots get_users list_colonies list_executors list_processes reconcile_blueprint reject_executor
  remove_all_processes remove_all_processgraphs remove_blueprint remove_blueprint_definition remove_executor remove_generator remove_process
  remove_processgraph remove_user run_cron set_output stats submit_func_spec submit_workflow subscribe_channel sync update_blueprint
  update_blueprint_status upload_data upload_file wait
  colonies_client func_spec
`
  .trim()
  .split(/\s+/);

/** What the page explains in a sentence: bytes go to an S3 store, and one that no server answers. */
export const IN_WORDS: ReadonlySet<string> = new Set([
  'delete_file',
  'download_data',
  'download_file',
  'get_processes_for_workflow',
  'sync',
  'upload_file',
]);
