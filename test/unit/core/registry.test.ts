import { describe, expect, it } from 'vitest';
import { releasedPath } from '#core/image-names.ts';
import { checkRegistryUrl, ecrRegion, type RegistryKind } from '#core/registry.ts';

const POLICY = { allow: ['127.0.0.1:5000'] };
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

describe('checkRegistryUrl', () => {
  it.each<[RegistryKind, string, string]>([
    ['ghcr', 'ghcr.io/acme', 'ghcr.io/acme'],
    ['ghcr', 'ghcr.io/acme/images/', 'ghcr.io/acme/images'],
    ['gitlab', 'registry.gitlab.com/acme/shop', 'registry.gitlab.com/acme/shop'],
    ['gitlab', 'registry.example.com/acme', 'registry.example.com/acme'],
    ['ecr', ECR, ECR],
    ['ecr', `${ECR}/acme`, `${ECR}/acme`],
    ['acr', 'acme1.azurecr.io', 'acme1.azurecr.io'],
    ['dockerhub', 'docker.io/acme', 'docker.io/acme'],
    ['other', 'registry.example.com', 'registry.example.com'],
    ['other', '127.0.0.1:5000/acme', '127.0.0.1:5000/acme'],
    ['ecr', '127.0.0.1:5000', '127.0.0.1:5000'],
  ])('takes %s at %s', (kind, given, url) => {
    expect(checkRegistryUrl(kind, given, POLICY)).toEqual({ ok: url });
  });

  it.each<[RegistryKind, string]>([
    ['ghcr', 'ghcr.io'],
    ['ghcr', 'ghcr.io.evil.example/acme'],
    ['ghcr', 'https://ghcr.io/acme'],
    ['ghcr', 'GHCR.io/acme'],
    ['ghcr', 'ghcr.io/Acme'],
    ['ghcr', 'ghcr.io//acme'],
    ['ghcr', 'ghcr.io/acme?x'],
    ['ghcr', 'ghcr.io/../acme'],
    ['ghcr', 'user:pass@ghcr.io/acme'],
    ['gitlab', 'registry.gitlab.com'],
    ['ecr', '123.dkr.ecr.eu-west-1.amazonaws.com'],
    ['ecr', '123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example'],
    ['acr', 'acme.azurecr.io.evil.example'],
    ['dockerhub', 'docker.io'],
    ['other', 'docker.io/acme'],
    ['other', ECR],
    ['gitlab', 'ghcr.io/acme'],
    ['other', ''],
    ['other', 'localhost/acme'],
    ['other', '10.0.0.1/acme'],
    ['other', '169.254.169.254/acme'],
    ['other', 'metadata.google.internal/acme'],
    ['other', '127.0.0.1:5001/acme'],
    ['other', 'registry.example.com:5000/acme'],
    ['other', 'registry.example.com/a b'],
    ['other', `registry.example.com/${'a'.repeat(200)}`],
  ])('refuses %s at %s', (kind, given) => {
    expect(checkRegistryUrl(kind, given, POLICY)).toEqual({ error: expect.any(String) });
  });
});

it('knows the region of an ECR registry', () => {
  expect(ecrRegion(ECR)).toBe('eu-west-1');
  expect(ecrRegion('123456789012.dkr.ecr.us-gov-west-1.amazonaws.com')).toBe('us-gov-west-1');
  expect(ecrRegion('127.0.0.1:5000')).toBeNull();
});

describe('releasedPath', () => {
  const path = (registry: string | null, name: string) => releasedPath('host/{team}-release', registry, name);

  it('has the team’s prefix in the installation’s registry, and not in the team’s own', () => {
    expect(path(null, 'team/owner/app')).toBe('host/team-release/owner/app');
    expect(path('ghcr.io/acme', 'team/owner/app')).toBe('ghcr.io/acme/owner/app');
  });

  it('makes one name of it where a registry has one level only, each its own', () => {
    expect(path('docker.io/acme', 'team/owner/app')).toMatch(/^docker\.io\/acme\/owner-app-[0-9a-f]{8}$/);
    expect(path('docker.io/acme', 'team/a/b-c')).not.toBe(path('docker.io/acme', 'team/a-b/c'));
  });
});
