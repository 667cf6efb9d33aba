/** How long things last. */
export interface ScenarioOptions {
  /** Short and small: shows that everything works. */
  isQuick: boolean;
  onProgress(message: string): void;
}

/** What came of a scenario. */
export interface Outcome {
  /** Figures in the order of the table, by what they count. */
  seen: Record<string, number>;
  /** What must never happen and did, in words. */
  violations: string[];
  /** Promises of time that this machine did not keep, in words. */
  late: string[];
}

/** Something bad that happens to the product, and what must hold meanwhile. Each one sets a stage of its own. */
export interface Scenario {
  name: string;
  /** What happens, in a line. */
  about: string;
  play(options: ScenarioOptions): Promise<Outcome>;
}
