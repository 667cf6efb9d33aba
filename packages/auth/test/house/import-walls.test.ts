import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../../..');

interface Import {
  file: string;
  /** A path from the root of the repository, or the name of a package. */
  target: string;
  isTypeOnly: boolean;
}

const sourcesBelow = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name).split(sep).join('/'));

const IMPORT = /^(?:import|export)\s+(type\s+)?(?:(\{[^}]*\}|[^'"]*?)\s*from\s*)?['"]([^'"]+)['"]/gm;

const importsOf = (file: string): Import[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)].map(([, type, names = '', specifier = '']) => ({
    file,
    target: specifier.startsWith('.')
      ? relative(ROOT, join(ROOT, dirname(file), specifier))
          .split(sep)
          .join('/')
      : specifier,
    isTypeOnly: type !== undefined || isListOfTypes(names),
  }));

const isListOfTypes = (names: string): boolean =>
  names.startsWith('{') &&
  names
    .slice(1, -1)
    .split(',')
    .filter((name) => name.trim() !== '')
    .every((name) => name.trim().startsWith('type '));

const packages = [
  'packages/contract/src',
  'packages/auth/src',
  'packages/client/src',
  'apps/server/src',
  'apps/web/src',
];
const imports = packages.flatMap(sourcesBelow).flatMap(importsOf);

const offenders = (isWrong: (found: Import) => boolean): string[] =>
  imports.filter(isWrong).map(({ file, target }) => `${file} imports ${target}`);

const isIn =
  (folder: string) =>
  ({ file }: Import) =>
    file.startsWith(`${folder}/`);

test('finds the imports that it judges', () => {
  expect(imports.length).toBeGreaterThan(150);
  expect(imports.filter(isIn('apps/web/src')).length).toBeGreaterThan(10);
});

test('contract knows zod and nothing else', () => {
  expect(
    offenders(
      (found) =>
        isIn('packages/contract/src')(found) &&
        found.target !== 'zod' &&
        !found.target.startsWith('packages/contract/'),
    ),
  ).toEqual([]);
});

test('client takes only types from auth', () => {
  expect(
    offenders(
      (found) => isIn('packages/client/src')(found) && found.target.startsWith('@latchkey/auth') && !found.isTypeOnly,
    ),
  ).toEqual([]);
});

test('web knows client and contract, never auth', () => {
  expect(
    offenders((found) => isIn('apps/web/src')(found) && /^@latchkey\/(?!client|contract)/.test(found.target)),
  ).toEqual([]);
});

test('nothing imports an app', () => {
  expect(
    offenders((found) => !found.file.startsWith('apps/') && /^(@latchkey\/(server|web)|apps\/)/.test(found.target)),
  ).toEqual([]);
  expect(offenders((found) => isIn('apps/web/src')(found) && found.target.startsWith('apps/server'))).toEqual([]);
});

test('nobody reaches into another package past its exports', () => {
  expect(
    offenders(
      (found) =>
        found.target.startsWith('packages/') && !found.target.startsWith(found.file.split('/').slice(0, 2).join('/')),
    ),
  ).toEqual([]);
});

const AUTH = 'packages/auth/src';
const folderOf = (path: string): string => path.slice(AUTH.length + 1).split('/')[0] ?? '';
const moduleOf = (path: string): string => path.slice(`${AUTH}/modules/`.length).split('/')[0] ?? '';
const inside = imports.filter((found) => isIn(AUTH)(found) && found.target.startsWith(`${AUTH}/`));

const ALLOWED: Record<string, string[]> = {
  kernel: ['kernel'],
  trpc: ['trpc', 'kernel'],
  http: ['http', 'trpc', 'kernel'],
  modules: ['modules', 'trpc', 'kernel'],
  remote: ['remote', 'http', 'kernel'],
};

test('inside auth, layers import only what is below them', () => {
  const wrong = inside.filter(({ file, target, isTypeOnly }) => {
    const allowed = ALLOWED[folderOf(file)];
    const isSettingsType = target === `${AUTH}/config.ts` && isTypeOnly;
    const isTypeOfRouter = file === `${AUTH}/trpc/app-router.ts` && isTypeOnly;
    // The guard from afar has the shape of the one at home.
    const isTypeForRemote =
      folderOf(file) === 'remote' && isTypeOnly && ['trpc', 'create-auth.ts'].includes(folderOf(target));
    const isExempt = isSettingsType || isTypeOfRouter || isTypeForRemote;
    return allowed !== undefined && !allowed.includes(folderOf(target)) && !isExempt;
  });
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test('only http imports Express, and no service imports tRPC', () => {
  expect(
    offenders(
      (found) =>
        isIn(AUTH)(found) && found.target.startsWith('express') && !found.isTypeOnly && folderOf(found.file) !== 'http',
    ),
  ).toEqual([]);
  expect(
    offenders((found) => /\.(service|repository)\.ts$/.test(found.file) && found.target.startsWith('@trpc/')),
  ).toEqual([]);
});

test('services know neither procedures nor HTTP, and procedures no repository', () => {
  expect(offenders((found) => found.file.endsWith('.service.ts') && /\/(trpc|http)\//.test(found.target))).toEqual([]);
  expect(
    offenders((found) => found.file.endsWith('.procedures.ts') && found.target.endsWith('.repository.ts')),
  ).toEqual([]);
});

const ALWAYS_ON = ['users', 'mail', 'verifications', 'sessions', 'authentication', 'audit', 'accounts', 'admin'];
const betweenModules = inside.filter(
  ({ file, target }) =>
    folderOf(file) === 'modules' && folderOf(target) === 'modules' && moduleOf(file) !== moduleOf(target),
);

test('always-on modules know each other in one direction, and no other module', () => {
  const wrong = betweenModules.filter(({ file, target }) => {
    const [own, other] = [ALWAYS_ON.indexOf(moduleOf(file)), ALWAYS_ON.indexOf(moduleOf(target))];
    return own >= 0 && (other > own || other < 0);
  });
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test('modules that may be left out know types of always-on modules, and nothing of each other', () => {
  const wrong = betweenModules.filter(
    ({ file, target, isTypeOnly }) =>
      !ALWAYS_ON.includes(moduleOf(file)) && !(ALWAYS_ON.includes(moduleOf(target)) && isTypeOnly),
  );
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test('the environment is read in one file of each app', () => {
  const readers = packages
    .flatMap(sourcesBelow)
    .filter((file) => /process\.env\b|import\.meta\.env\b/.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(readers.filter((file) => !/^apps\/[^/]+\/src\/env\.ts$/.test(file))).toEqual([]);
});

test('no module keeps state: nothing at the top level can be reassigned', () => {
  const keepers = packages
    .flatMap(sourcesBelow)
    .filter((file) => /^(export )?(let|var) /m.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(keepers).toEqual([]);
});
