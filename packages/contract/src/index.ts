export * from './admin.ts';
export * from './auth.ts';
export * from './errors.ts';
export * from './introspection.ts';
export * from './page.ts';
export * from './session.ts';
export * from './text.ts';
export * from './user.ts';
