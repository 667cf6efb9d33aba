import { useCallback, useRef, useState } from 'react';
import { Outlet } from 'react-router';
import { type Prove, ReauthenticationContext } from './reauthentication-context.ts';
import { ReauthenticationDialog } from './reauthentication-dialog.tsx';

interface Question {
  refusal: Error;
  answer: PromiseWithResolvers<void>;
}

/** Gives the pages below it one dialog that asks for the password; acts that ask at the same time share the answer. */
export const ReauthenticationBoundary = () => {
  const question = useRef<Question | null>(null);
  /** Whoever has said no is not asked again, however many layers hear of the refusal. */
  const declined = useRef(new WeakSet<Error>());
  const [isAsking, setIsAsking] = useState(false);
  const prove = useCallback<Prove>((refusal) => {
    if (declined.current.has(refusal)) return Promise.reject(refusal);
    question.current ??= { refusal, answer: Promise.withResolvers<void>() };
    setIsAsking(true);
    return question.current.answer.promise;
  }, []);
  const settle = (isProved: boolean) => {
    const asked = question.current;
    question.current = null;
    setIsAsking(false);
    if (asked === null) return;
    if (isProved) return asked.answer.resolve();
    declined.current.add(asked.refusal);
    asked.answer.reject(asked.refusal);
  };
  return (
    <ReauthenticationContext value={prove}>
      <Outlet />
      <ReauthenticationDialog isOpen={isAsking} onProved={() => settle(true)} onCancel={() => settle(false)} />
    </ReauthenticationContext>
  );
};
