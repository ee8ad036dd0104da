// What the use cases need of the world, by area.
export * from './ports/builds.ts';
export * from './ports/common.ts';
export * from './ports/git-host.ts';
export * from './ports/images.ts';
export * from './ports/queue.ts';
export * from './ports/services.ts';
export * from './ports/sign-in.ts';
export * from './ports/store.ts';
export * from './ports/teams.ts';
