import type { AdminUser } from '@latchkey/contract';
import { useRef } from 'react';
import { Section } from '../../layout/section.tsx';
import { useIdentity } from '../../session/use-identity.ts';
import { UserForm } from './user-form.tsx';

interface UserProfileProps {
  user: AdminUser;
}

/** Name, e-mail and role, to be changed. */
export const UserProfile = ({ user }: UserProfileProps) => {
  const { user: me } = useIdentity();
  const section = useRef<HTMLDivElement>(null);
  const { name, email, role } = user;
  return (
    <div ref={section} tabIndex={-1}>
      <Section title="Profile" description="A new name shows up everywhere at once, and no session ends for it.">
        {/* What somebody else changed meanwhile must not be written back: the form begins anew with it. */}
        <UserForm key={JSON.stringify([name, email, role])} user={user} isMe={user.id === me.id} focusAfter={section} />
      </Section>
    </div>
  );
};
