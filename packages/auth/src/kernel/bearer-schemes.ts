import type { AuthenticateOptions, Authentication } from './principal.ts';

/** Tells who is behind a bearer token; null when it is none of its kind. */
export type BearerScheme = (token: string, options: AuthenticateOptions) => Promise<Authentication | null>;

/** The kinds of bearer tokens of all modules (RFC 6750), in the order of the modules. */
export class BearerSchemes {
  readonly #schemes: BearerScheme[] = [];

  add(scheme: BearerScheme): void {
    this.#schemes.push(scheme);
  }

  /** Whether anybody looks at bearer tokens; otherwise they are left alone, as they may be meant for somebody else. */
  get isEmpty(): boolean {
    return this.#schemes.length === 0;
  }

  /** @throws AuthError UNAVAILABLE when the database is away */
  async authenticate(token: string, options: AuthenticateOptions): Promise<Authentication> {
    for (const scheme of this.#schemes) {
      const found = await scheme(token, options);
      if (found !== null) return found;
    }
    return { kind: 'anonymous' };
  }
}
