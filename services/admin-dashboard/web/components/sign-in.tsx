import { useState } from 'react';
import { signIn } from '../api/session.ts';

/** What people see who are not signed in. */
export function SignIn({ message }: { readonly message: string | undefined }) {
  const [problem, setProblem] = useState(message);
  return (
    <div className="state panel whole sign-in">
      <h2>Sign in</h2>
      <p>The figures of a game are for the people who run it.</p>
      {problem && <p role="alert">{problem}</p>}
      <button
        type="button"
        className="primary"
        onClick={() => signIn().catch((error: Error) => setProblem(error.message))}
      >
        Sign in
      </button>
    </div>
  );
}
