import { conclusionOf, preambleOf, type Report, verdictTable } from './report.ts';
import type { Section, Table } from './section.ts';

export const toMarkdown = (report: Report): string =>
  [
    '# Benchmarks',
    'Written by `npx -y pnpm@12 bench --write docs/benchmarks.md`, all in one run.',
    conclusionOf(report),
    preambleOf(report)
      .map((text) => `- ${text}`)
      .join('\n'),
    ...report.sections.map(sectionMarkdown),
  ]
    .join('\n\n')
    .concat('\n');

const sectionMarkdown = ({ title, method, table, verdicts, failures }: Section): string =>
  [
    `## ${title}`,
    method,
    tableMarkdown(table),
    tableMarkdown(verdictTable(verdicts)),
    ...(failures.length === 0 ? [] : [`**Broken, do not believe these numbers:** ${failures.join('; ')}`]),
  ].join('\n\n');

const tableMarkdown = ({ columns, rows }: Table): string => {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
};
