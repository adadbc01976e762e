import type { ReactNode } from 'react';

/** What a page shows when it has no figures: why, and what to do about it. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <output className="state" aria-busy="true">
      <span className="spinner" aria-hidden="true" />
      Loading {what} …
    </output>
  );
}

function State({
  kind,
  title,
  children,
}: {
  readonly kind: string;
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={`state panel whole ${kind}`} role={kind === 'failed' ? 'alert' : undefined}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="10" />
        <path d={kind === 'failed' ? 'M12 7v6M12 16.5v.5' : 'M7 14h2l2-5 2 7 2-4h2'} />
      </svg>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Failed({ message, retry }: { readonly message: string; readonly retry: () => void }) {
  return (
    <State kind="failed" title="This cannot be shown now">
      <p>{message}</p>
      <button type="button" onClick={retry}>
        Try again
      </button>
    </State>
  );
}

/** The figures stay, and it is said that they are old. */
export function Stale({ message }: { readonly message: string }) {
  return (
    <p className="stale whole" role="status">
      These figures are not the newest: {message}
    </p>
  );
}

export function Empty({ title, hint }: { readonly title: string; readonly hint: string }) {
  return (
    <State kind="empty" title={title}>
      <p>
        Try <code>{hint}</code>
      </p>
    </State>
  );
}
