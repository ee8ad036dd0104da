import { RESOURCES } from './resources.ts';

export const NUMBER = '123456789012';
export const DIGEST = `sha256:${'a'.repeat(64)}`;

/** A project of Google's as far as the program can tell, and what is wrong with it. Tests change it at will. */
export interface Project {
  loggedIn: boolean;
  credentials: boolean;
  lifecycle: string | null;
  billing: boolean;
  apis: Set<string>;
  /** Effective policies of the organization, by constraint. */
  policies: Record<string, unknown>;
  regions: string[];
  databases: { name: string; type: string; locationId: string }[];
  buckets: Map<string, { versioning_enabled: boolean; public_access_prevention: string }>;
  /** Buckets of others. */
  foreignBuckets: Set<string>;
  /** States of the versions of each secret. */
  secrets: Map<string, string[]>;
  /** The addresses that Terraform's state has. */
  applied: Set<string>;
  /** Names that exist and are in nobody's state, by type of resource. */
  leftOver: Map<string, string[]>;
  /** Tags of the builder image. */
  images: Set<string>;
  /** Those that have their role. */
  agents: string[];
  /** Whether the login may change who may do what. */
  mayGrant: boolean;
  terraformVersion: string;
  gcloudVersion: string;
  /** What is deployed. */
  deleteProtection: boolean;
}

export function emptyProject(): Project {
  return {
    loggedIn: true,
    credentials: true,
    lifecycle: 'ACTIVE',
    billing: true,
    apis: new Set(['cloudresourcemanager.googleapis.com', 'serviceusage.googleapis.com']),
    policies: {},
    regions: ['europe-west1', 'europe-west3', 'us-central1'],
    databases: [],
    buckets: new Map(),
    foreignBuckets: new Set(),
    secrets: new Map(),
    applied: new Set(),
    leftOver: new Map(),
    images: new Set(),
    agents: ['gcp-sa-pubsub', 'gcp-sa-cloudbuild', 'gcp-sa-artifactregistry'],
    mayGrant: true,
    terraformVersion: '1.11.4',
    gcloudVersion: '528.0.0',
    deleteProtection: true,
  };
}

/** The names that exist of a type: those that Terraform made, and those that it did not. */
export function namesOf(project: Project, type: string, attribute: string): string[] {
  const made = RESOURCES.filter((one) => one.type === type && project.applied.has(one.address));
  return [...made.map(({ after }) => String(after[attribute])), ...(project.leftOver.get(type) ?? [])];
}
