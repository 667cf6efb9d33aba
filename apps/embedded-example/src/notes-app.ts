import { type Auth, principalOf } from '@latchkey/auth';
import express, { type Express } from 'express';

/** An app of one's own: it keeps notes, and leaves who may see them to Latchkey. */
export const createNotesApp = (auth: Auth): Express => {
  const notes = new Map<string, string[]>();
  const app = express();

  app.use(auth.toExpress());

  app.get('/notes', auth.requireSession(), (req, res) => {
    res.json(notes.get(principalOf(req).user.id) ?? []);
  });

  app.post('/notes', auth.requireSession(), express.text(), (req, res) => {
    const { id } = principalOf(req).user;
    notes.set(id, [...(notes.get(id) ?? []), String(req.body)]);
    res.status(201).end();
  });

  return app;
};
