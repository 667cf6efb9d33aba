import { AuthError } from '../kernel/auth-error.ts';

interface Route {
  method: string;
  /** With parameters in braces: `/auth/sessions/{id}`. */
  path: string;
}

/** A route that answers, and the values of its path parameters. */
export interface FoundRoute<R extends Route> {
  kind: 'route';
  route: R;
  parameters: Record<string, string>;
}

type Finding<R extends Route> = FoundRoute<R> | { kind: 'other-method'; methods: string[] } | { kind: 'nowhere' };

interface Place<R extends Route> {
  byMethod: Map<string, R>;
  /** Null for a path without parameters. */
  pattern: RegExp | null;
}

/** Finds routes by method and path. A path without parameters wins over one with them. */
export const createRouteTable = <R extends Route>(routes: R[]): { find(method: string, path: string): Finding<R> } => {
  const places = new Map<string, Place<R>>();
  for (const route of routes) {
    const place = places.get(route.path) ?? { byMethod: new Map(), pattern: patternOf(route.path) };
    if (place.byMethod.has(route.method.toUpperCase()))
      throw new Error(`Two procedures answer ${route.method} ${route.path}`);
    place.byMethod.set(route.method.toUpperCase(), route);
    places.set(route.path, place);
  }
  const dynamic = [...places.values()].filter(({ pattern }) => pattern !== null);

  return {
    find: (method, path) => {
      const exact = path.includes('{') ? undefined : places.get(path);
      const place = exact ?? dynamic.find(({ pattern }) => pattern?.test(path));
      if (place === undefined) return { kind: 'nowhere' };
      const route = place.byMethod.get(method === 'HEAD' ? 'GET' : method);
      if (route === undefined) return { kind: 'other-method', methods: [...place.byMethod.keys()] };
      return { kind: 'route', route, parameters: parametersOf(place.pattern?.exec(path)?.groups) };
    },
  };
};

const patternOf = (path: string): RegExp | null =>
  path.includes('{') ? new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`) : null;

const parametersOf = (groups: Record<string, string> | undefined): Record<string, string> => {
  try {
    return Object.fromEntries(Object.entries(groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch (cause) {
    throw new AuthError('BAD_REQUEST', { cause });
  }
};
