/** All that is wrong with the environment, for people. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  readonly problems: string[];

  constructor(problems: string[]) {
    super(['The settings need attention:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.problems = problems;
  }
}
