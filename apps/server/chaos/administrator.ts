import { type Instance, logInBy, PASSWORD } from './instance.ts';
import { type Stage, withSuperuser } from './stage.ts';

const EMAIL = 'root@example.com';

/** Settings with which an instance has webhooks that may lead to this machine. */
export const WEBHOOK_SETTINGS = { WEBHOOKS: 'true', WEBHOOK_ALLOW_PRIVATE_TARGETS: 'true' };

/** Somebody who may arrange webhooks. */
export class Administrator {
  readonly #url: string;
  readonly #cookie: string;

  constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  static async at(instance: Instance, stage: Stage): Promise<Administrator> {
    const { cookie } = await logInBy(`${instance.url}/api/v1/auth/register`, { email: EMAIL, password: PASSWORD });
    await withSuperuser(stage, (client) =>
      client.query(`update auth."user" set role = 'admin' where email = $1`, [EMAIL]),
    );
    return new Administrator(instance.url, cookie);
  }

  /** Has events sent somewhere from now on; answers the id of the webhook. */
  async addWebhook(url: string, events: string[]): Promise<string> {
    const response = await fetch(`${this.#url}/api/v1/admin/webhooks`, {
      method: 'POST',
      headers: { cookie: this.#cookie, origin: this.#url, 'content-type': 'application/json' },
      body: JSON.stringify({ url, events, description: '' }),
    });
    const body = (await response.json()) as { id: string };
    if (response.status !== 201) throw new Error(`The webhook was refused: ${JSON.stringify(body)}`);
    return body.id;
  }
}
