import { AuditEventListInput, AuditEventPage } from '@latchkey/contract';
import { adminProcedure } from '../../trpc/procedures.ts';
import type { AuditService } from './audit.service.ts';

export const auditProcedures = (audit: AuditService) => ({
  events: {
    list: adminProcedure
      .meta({
        openapi: {
          method: 'GET',
          path: '/admin/events',
          tags: ['Administration'],
          summary: 'The audit log',
          description: 'The newest first.',
        },
        errors: ['FORBIDDEN'],
      })
      .input(AuditEventListInput)
      .output(AuditEventPage)
      .query(({ input }) => audit.list(input)),
  },
});
