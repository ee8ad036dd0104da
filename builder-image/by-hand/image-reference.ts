import { OCI_TAG } from '#core/git-names.ts';

/** `host/path` and the tag of an image. */
export interface ImageReference {
  readonly image: string;
  readonly tag: string;
}

/** Path components of an image's name (OCI distribution spec, "Pulling manifests"). */
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?$/;
const MAX_NAME = 255;

/** Reads `host/path:tag`. The error is a sentence for the person who wrote it. */
export function parseImageReference(text: string): { ok: ImageReference } | { error: string } {
  if (text.includes('@'))
    return { error: 'must end in a tag, not in a digest: the digest is what the build tells' };
  const [, image = text, tag] = /^(.*\/[^/:]+):([^/:]*)$/s.exec(text) ?? [];
  const checked = parseImagePath(image);
  if ('error' in checked) return checked;
  if (tag === undefined) return { error: 'must end in a tag, such as host/path:1.0' };
  if (!OCI_TAG.test(tag)) return { error: 'must end in a tag of letters, digits, "_", "." and "-"' };
  return { ok: { image, tag } };
}

/** Checks `host/path`, without tag. */
export function parseImagePath(image: string): { ok: string } | { error: string } {
  const [host = '', ...components] = image.split('/');
  // As docker reads names: a first part without a dot or port is no host, but a path on Docker Hub.
  if (components.length === 0 || !HOST.test(host) || !(/[.:]/.test(host) || host === 'localhost'))
    return {
      error: 'must begin with its registry, such as ghcr.io/owner/name or docker.io/owner/name',
    };
  if (image.length > MAX_NAME || !components.every((part) => COMPONENT.test(part)))
    return { error: 'must have a path of lower-case letters and digits, separated by ".", "_", "-" and "/"' };
  return { ok: image };
}
