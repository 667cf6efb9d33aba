import type { ErrorPayload } from '@latchkey/contract';
import type {
  AnyTRPCMutationProcedure,
  AnyTRPCQueryProcedure,
  AnyTRPCSubscriptionProcedure,
  inferProcedureInput,
  inferProcedureOutput,
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCRouterRecord,
  TRPCSubscriptionProcedure,
} from '@trpc/server';
import type { accountsModule } from '../modules/accounts/index.ts';
import type { adminModule } from '../modules/admin/index.ts';
import type { appTokensModule } from '../modules/app-tokens/index.ts';
import type { auditModule } from '../modules/audit/index.ts';
import type { authenticationModule } from '../modules/authentication/index.ts';
import type { sessionsModule } from '../modules/sessions/index.ts';
import type { tokensModule } from '../modules/tokens/index.ts';
import type { usersModule } from '../modules/users/index.ts';
import type { webhooksModule } from '../modules/webhooks/index.ts';

/** The procedures of all modules; those of one that is switched off are not found. */
type Procedures = ProceduresOf<typeof usersModule> &
  ProceduresOf<typeof authenticationModule> &
  ProceduresOf<typeof sessionsModule> &
  ProceduresOf<typeof auditModule> &
  ProceduresOf<typeof accountsModule> &
  ProceduresOf<typeof adminModule> &
  ProceduresOf<ReturnType<typeof tokensModule>> &
  ProceduresOf<ReturnType<typeof webhooksModule>> &
  ProceduresOf<ReturnType<typeof appTokensModule>>;

type ProceduresOf<Module extends { run(...args: never[]): { procedures: TRPCRouterRecord } }> = ReturnType<
  Module['run']
>['procedures'];

/** Keeps inputs and outputs, drops what only the server knows (context, metadata). */
type WireRecord<Record extends TRPCRouterRecord> = {
  [Name in keyof Record]: Record[Name] extends AnyTRPCQueryProcedure
    ? TRPCQueryProcedure<WireTypes<Record[Name]>>
    : Record[Name] extends AnyTRPCMutationProcedure
      ? TRPCMutationProcedure<WireTypes<Record[Name]>>
      : Record[Name] extends AnyTRPCSubscriptionProcedure
        ? TRPCSubscriptionProcedure<WireTypes<Record[Name]>>
        : Record[Name] extends TRPCRouterRecord
          ? WireRecord<Record[Name]>
          : never;
};

interface WireTypes<Procedure extends AnyTRPCQueryProcedure | AnyTRPCMutationProcedure | AnyTRPCSubscriptionProcedure> {
  input: inferProcedureInput<Procedure>;
  output: inferProcedureOutput<Procedure>;
  meta: unknown;
}

interface WireRoot {
  ctx: object;
  meta: object;
  errorShape: { code: number; message: string; data: ErrorPayload & { httpStatus: number } };
  transformer: false;
}

/** What a client knows of the service: the types of its procedures. */
export type AppRouter = TRPCBuiltRouter<WireRoot, WireRecord<Procedures>>;
