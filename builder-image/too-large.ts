import { BuildFailure } from './failure.ts';

const HINT = 'A .dockerignore or a smaller base image may help.';
const mib = (count: number) => `${Math.ceil(count / 2 ** 20)} MiB`;

/** An image over the limit of compressed bytes. */
export function imageTooLarge(bytes: number, limit: number): BuildFailure {
  const message = `The image has ${mib(bytes)} (compressed); the limit is ${mib(limit)}. ${HINT}`;
  return new BuildFailure('image_too_large', message);
}

/** An image that unpacks to more than is looked through for secrets. */
export function unpacksTooLarge(limit: number): BuildFailure {
  return new BuildFailure('image_too_large', `The image unpacks to more than ${mib(limit)}. ${HINT}`);
}
