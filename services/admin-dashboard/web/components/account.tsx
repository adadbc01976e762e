import { type FormEvent, useState } from 'react';
import { reconnect } from '../api/graphql.ts';
import { lookWithToken, type Session, signOut } from '../api/session.ts';

type SignedIn = Extract<Session, { state: 'signed-in' }>;

/** The local platform lets its visitor look with the rights of another role; there is nothing to protect from them. */
function LocalToken() {
  const [text, setText] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    lookWithToken(text.trim());
    reconnect();
    setText('');
  };
  return (
    <form onSubmit={submit}>
      <label>
        <span className="caption">Token of another role</span>
        <input value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" spellCheck={false} />
      </label>
      <p className="quiet">
        <code>npm run gm -- token --role analyst</code>
      </p>
      <button type="submit">{text.trim() === '' ? 'Use the local operator' : 'Use this token'}</button>
    </form>
  );
}

/** Who is signed in, and the way out. */
export function Account({ session }: { readonly session: SignedIn }) {
  const { claims, local } = session;
  return (
    <details className="account">
      <summary>
        <span className="who">{claims.sub}</span>
        <span className="role">{claims.roles.join(', ') || 'no role'}</span>
      </summary>
      <div className="menu panel">
        {local ? (
          <LocalToken />
        ) : (
          <button type="button" onClick={signOut}>
            Sign out
          </button>
        )}
      </div>
    </details>
  );
}
