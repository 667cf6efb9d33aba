import type { Instance } from './instance.ts';

/** Somewhere events are delivered to, which remembers what arrived. */
export interface Sink extends AsyncDisposable {
  name: string;
  /** Settings with which an instance delivers to it. */
  settings: Record<string, string>;
  /** Ids of the events that arrived, once or more often. */
  arrived: ReadonlySet<string>;
  /** Told once, when the first instance serves. */
  subscribe(instance: Instance): Promise<void>;
}

/** What the product delivers to besides its own log. */
export const openSinks = async (): Promise<Sink[]> => [];
