import { escapeHtml } from '../../kernel/escape-html.ts';

/** What a mail says, before it has a look. */
export interface MailContent {
  subject: string;
  paragraphs: string[];
  action?: { label: string; url: string };
  code?: string;
  /** How long and how often link and code work. */
  validity?: string;
  footer: string;
}

/** As text and as HTML: no images, nothing loaded from elsewhere, readable without styles. */
export const layOut = (content: MailContent, publicUrl: URL): { subject: string; text: string; html: string } => ({
  subject: toHeader(`${content.subject} · Latchkey`),
  text: toText(content, publicUrl),
  html: toHtml(content, publicUrl),
});

/** A line break would begin another header (CWE-93). */
const toHeader = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim();

const said = (paragraphs: string[]): string[] => paragraphs.filter((text) => text !== '');

const toText = ({ paragraphs, action, code, validity, footer }: MailContent, publicUrl: URL): string =>
  [
    ...said(paragraphs),
    ...(action === undefined ? [] : [`${action.label}:\n${action.url}`]),
    ...(code === undefined ? [] : [`Or enter this code: ${code}`]),
    ...(validity === undefined ? [] : [validity]),
    footer,
    `-- \nLatchkey · ${publicUrl.origin}\n`,
  ].join('\n\n');

const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
const QUIET = 'color:#5c6470;font-size:14px';

const toHtml = ({ subject, paragraphs, action, code, validity, footer }: MailContent, publicUrl: URL): string => {
  const paragraph = (text: string, style = '') => `<p style="margin:0 0 16px;${style}">${escapeHtml(text)}</p>`;
  const body = [
    `<h1 style="margin:0 0 20px;font-size:20px;font-weight:600">${escapeHtml(subject)}</h1>`,
    ...said(paragraphs).map((text) => paragraph(text)),
    ...(action === undefined ? [] : [buttonFor(action)]),
    ...(code === undefined ? [] : [codeBox(code)]),
    ...(validity === undefined ? [] : [paragraph(validity, QUIET)]),
    paragraph(footer, QUIET),
  ].join('\n');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:32px 16px;background:#f4f7f6;color:#1d2129;${FONT};font-size:16px;line-height:1.5">
<div style="max-width:480px;margin:0 auto;padding:32px;background:#ffffff;border:1px solid #dfe6e3;border-radius:12px">
${body}
</div>
<p style="max-width:480px;margin:16px auto 0;text-align:center;color:#5c6470;font-size:13px">Latchkey · ${escapeHtml(publicUrl.origin)}</p>
</body>
</html>
`;
};

const buttonFor = ({ label, url }: { label: string; url: string }): string =>
  `<p style="margin:0 0 20px"><a href="${escapeHtml(url)}" style="display:inline-block;padding:12px 20px;background:#136b56;color:#ffffff;border-radius:8px;font-weight:600;text-decoration:none">${escapeHtml(label)}</a></p>`;

const codeBox = (code: string): string =>
  `<p style="margin:0 0 20px">Or enter this code:<br><strong style="font-family:ui-monospace,Menlo,Consolas,monospace;font-size:22px;letter-spacing:2px">${escapeHtml(code)}</strong></p>`;
