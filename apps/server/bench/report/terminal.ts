import { conclusionOf, preambleOf, type Report, verdictTable } from './report.ts';
import type { Section, Table } from './section.ts';

const WIDTH = 100;

export const toTerminal = (report: Report): string =>
  ['', ...preambleOf(report).map(wrap), ...report.sections.map(sectionText), conclusionOf(report), ''].join('\n\n');

const sectionText = ({ title, method, table, verdicts, failures }: Section): string =>
  [
    `${title}\n${'='.repeat(title.length)}`,
    wrap(method),
    tableText(table),
    tableText(verdictTable(verdicts)),
    ...(failures.length === 0 ? [] : [['BROKEN, do not believe these numbers:', ...failures].join('\n  ')]),
  ].join('\n\n');

const tableText = ({ columns, rows }: Table): string => {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const pad = (cell: string, index: number): string => {
    const width = widths[index] ?? 0;
    return columns[index]?.align === 'right' ? cell.padStart(width) : cell.padEnd(width);
  };
  const [header = '', ...body] = lines.map((line) => `  ${line.map(pad).join('   ')}`.trimEnd());
  return [header, `  ${widths.map((width) => '-'.repeat(width)).join('   ')}`, ...body].join('\n');
};

const wrap = (text: string): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length >= WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
};
