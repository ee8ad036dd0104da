/** What stands for the root module's resources: one or two of each kind that the program looks at. */
export interface Resource {
  readonly address: string;
  readonly type: string;
  readonly after: Readonly<Record<string, unknown>>;
}

function resource(module: string, type: string, key: string, after: Resource['after']): Resource {
  return { address: `module.${module}.${type}.this["${key}"]`, type, after };
}

export const RESOURCES: readonly Resource[] = [
  resource('project_services', 'google_project_service', 'run', {}),
  resource('registry', 'google_artifact_registry_repository', 'service', {
    repository_id: 'bitflow-service',
  }),
  resource('builder', 'google_service_account', 'image', { account_id: 'bitflow-image' }),
  resource('builder', 'google_storage_bucket', 'logs', { name: 'acme-builds-bitflow-logs' }),
  resource('secrets', 'google_secret_manager_secret', 'exchange', { secret_id: 'service-exchange-key' }),
  resource('secrets', 'google_secret_manager_secret', 'webhook', { secret_id: 'service-webhook-key' }),
  resource('store', 'google_firestore_database', 'store', { name: '(default)' }),
  resource('bus', 'google_pubsub_topic', 'deliveries', { name: 'deliveries' }),
  resource('bus', 'google_pubsub_subscription', 'intake', { name: 'deliveries-to-intake' }),
  resource('schedules', 'google_cloud_scheduler_job', 'sweep', { name: 'bitflow-sweep' }),
  resource('gateway', 'google_api_gateway_gateway', 'api', { gateway_id: 'bitflow' }),
  resource('grants', 'google_project_iam_custom_role', 'api', { role_id: 'bitflowApi' }),
  resource('functions', 'google_cloudfunctions2_function', 'api', {}),
];
