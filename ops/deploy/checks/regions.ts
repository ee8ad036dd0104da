import { z } from 'zod';
import { listOf } from '../../cloud/gcloud.ts';
import type { Check } from './check.ts';

/** API Gateway's regions: gcloud has no list of them (cloud.google.com/api-gateway/docs/deployment-model, 2026-11). */
const GATEWAY_REGIONS = [
  'asia-northeast1',
  'australia-southeast1',
  'europe-west1',
  'europe-west2',
  'us-central1',
  'us-east1',
  'us-east4',
  'us-west2',
  'us-west3',
  'us-west4',
];

export const gatewayRegionCheck: Check = {
  name: 'gateway-region',
  async find({ values: { region, gateway_region } }) {
    const wanted = gateway_region ?? region;
    if (GATEWAY_REGIONS.includes(wanted)) return null;
    return {
      why: `API Gateway does not exist in ${wanted}`,
      next: `set gateway_region to one of ${GATEWAY_REGIONS.join(', ')}; if it exists there by now, go on with --skip-check gateway-region`,
    };
  },
};

const Location = z.object({ locationId: z.string().optional(), name: z.string().optional() });

/** The services that must exist in a region, how gcloud lists where they do, and which variable says where. */
const SERVICES = [
  {
    name: 'Cloud Run functions',
    api: 'cloudfunctions.googleapis.com',
    list: ['functions', 'regions', 'list'],
    variable: 'region',
  },
  {
    name: 'Cloud Scheduler',
    api: 'cloudscheduler.googleapis.com',
    list: ['scheduler', 'locations', 'list'],
    variable: 'scheduler_region',
  },
  {
    name: 'Artifact Registry',
    api: 'artifactregistry.googleapis.com',
    list: ['artifacts', 'locations', 'list'],
    variable: 'region',
  },
] as const;

export const regionChecks: readonly Check[] = SERVICES.map(({ name, api, list, variable }) => ({
  name: `region-${list[0]}`,
  needs: api,
  async find({ gcloud, values: { project, ...values } }) {
    const region = (variable === 'scheduler_region' ? values.scheduler_region : null) ?? values.region;
    const found = await gcloud.read(listOf(Location), [...list, `--project=${project}`]);
    const ids = found.map(({ locationId, name = '' }) => locationId ?? name.slice(name.lastIndexOf('/') + 1));
    if (ids.includes(region)) return null;
    return {
      why: `${name} does not exist in ${region}`,
      next: `set ${variable} to one of ${ids.toSorted().join(', ')}`,
    };
  },
}));
