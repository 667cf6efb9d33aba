import { BackgroundJob } from '../../kernel/background-job.ts';
import { defineModule } from '../../kernel/module.ts';
import type { AdminRoster } from '../admin/admin-roster.ts';
import type { MailOutbox } from '../mail/mail-outbox.ts';
import { HostResolver } from './host-resolver.ts';
import { CreateWebhooks } from './migrations/20261122200000-create-webhooks.ts';
import { FindDeadDeliveries } from './migrations/20261128194000-find-dead-deliveries.ts';
import { type ResolveHost, TargetGuard } from './target-guard.ts';
import { webhookProcedures } from './webhook.procedures.ts';
import { WebhookService } from './webhook.service.ts';
import { WebhookCleaner } from './webhook-cleaner.ts';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.ts';
import { webhookDeliveryProcedures } from './webhook-delivery.procedures.ts';
import { WebhookDeliveryService } from './webhook-delivery.service.ts';
import { WebhookDispatcher } from './webhook-dispatcher.ts';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.ts';
import { WebhookOutcomes } from './webhook-outcomes.ts';
import { WebhookSecrets } from './webhook-secrets.ts';
import { WebhookSender } from './webhook-sender.ts';
import { WebhookSink } from './webhook-sink.ts';

export interface WebhooksOptions {
  /** 32 bytes, under which the secrets of the endpoints are stored. */
  encryptionKey: Buffer;
  /** True: webhooks may lead to private addresses and by http, for development. Default: false. */
  allowPrivateTargets?: boolean;
  /** How long a receiver may take for all of it, 30 at most: beyond, another instance might send it, too. Default: 10. */
  timeoutSeconds?: number;
  /** Finds the addresses of a host, within a few seconds. Default: the hosts file, then the name servers. */
  resolve?: ResolveHost;
}

interface WebhooksNeeds {
  admins: AdminRoster;
  mail: { outbox: MailOutbox };
}

const DEFAULT_TIMEOUT_SECONDS = 10;
const MAX_TIMEOUT_SECONDS = 30;
const CLEAN_EVERY_SECONDS = 300;

/**
 * Sends events to other services, signed as Standard Webhooks has it, until they have arrived.
 * @example createAuth(options, { modules: [webhooksModule({ encryptionKey })] })
 */
export const webhooksModule = (options: WebhooksOptions) =>
  defineModule({
    name: 'webhooks',
    entities: [WebhookEndpointEntity, WebhookDeliveryEntity],
    migrations: [
      { name: '20261122200000-create-webhooks', class: CreateWebhooks },
      { name: '20261128194000-find-dead-deliveries', class: FindDeadDeliveries },
    ],
    run: (kernel, { admins, mail: { outbox } }: WebhooksNeeds) => {
      const { encryptionKey, allowPrivateTargets = false, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = options;
      if (timeoutSeconds > MAX_TIMEOUT_SECONDS) throw new RangeError(`timeoutSeconds: ${MAX_TIMEOUT_SECONDS} at most`);
      const { resolve = (hostname) => new HostResolver().resolve(hostname) } = options;
      const secrets = new WebhookSecrets(encryptionKey, kernel.secrets);
      const guard = new TargetGuard({ allowsPrivate: allowPrivateTargets, resolve });
      const sender = new WebhookSender({ guard, clock: kernel.clock, timeoutSeconds });
      const outcomes = new WebhookOutcomes(kernel, { admins, outbox });
      const dispatcher = new WebhookDispatcher(kernel, { sender, secrets, outcomes });
      const wake = () => dispatcher.wake();
      const sink = new WebhookSink(kernel.secrets, wake);
      const cleaner = new WebhookCleaner(kernel);
      const job = new BackgroundJob(kernel, {
        name: 'clean up webhooks',
        everySeconds: CLEAN_EVERY_SECONDS,
        work: (signal) => cleaner.clean(signal),
      });
      return {
        sink,
        sinks: [sink],
        procedures: {
          webhooks: {
            ...webhookProcedures(new WebhookService(kernel, { admins, guard, secrets, wake })),
            ...webhookDeliveryProcedures(new WebhookDeliveryService(kernel, { admins, sink, wake })),
          },
        },
        maintain: () => cleaner.clean(),
        start: () => {
          dispatcher.start();
          job.start();
        },
        close: async () => {
          await dispatcher.close();
          await job.close();
        },
      };
    },
  });
