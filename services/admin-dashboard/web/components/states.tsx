/** What a page shows when it has no figures: why, and what to do about it. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <output className="state" aria-busy="true">
      <span className="spinner" aria-hidden="true" />
      Loading {what} …
    </output>
  );
}

export function Failed({ message, retry }: { readonly message: string; readonly retry: () => void }) {
  return (
    <div className="state failed" role="alert">
      <strong>This cannot be shown now.</strong>
      <p>{message}</p>
      <button type="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}

export function Empty({ title, hint }: { readonly title: string; readonly hint: string }) {
  return (
    <div className="state">
      <strong>{title}</strong>
      <p>
        Try <code>{hint}</code>
      </p>
    </div>
  );
}
