import type { TRPCRouterRecord } from '@trpc/server';

/**
 * The procedures of all modules in one record. Modules may share a namespace, but no procedure in it.
 * @throws Error when two offer the same one
 */
export const mergeProcedures = (modules: { procedures?: TRPCRouterRecord }[]): TRPCRouterRecord => {
  const merged: Record<string, TRPCRouterRecord> = {};
  for (const { procedures = {} } of modules) {
    for (const [namespace, record] of Object.entries(procedures)) {
      const home = Object.hasOwn(merged, namespace) ? merged[namespace] : undefined;
      for (const name of Object.keys(record)) {
        if (home !== undefined && Object.hasOwn(home, name))
          throw new Error(`Two modules offer "${namespace}.${name}"`);
      }
      merged[namespace] = { ...home, ...(record as TRPCRouterRecord) };
    }
  }
  return merged;
};
