/** Whether a kind of event is among `patterns`: its name, all that begin with the same word (`user.*`), or all (`*`). */
export const matchesEvent = (patterns: string[], type: string): boolean =>
  patterns.some(
    (pattern) =>
      pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))),
  );
