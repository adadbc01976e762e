/** Who may change something, and look at what is for those who do. */
export const operates = (roles: readonly string[]): boolean => roles.includes('operator') || roles.includes('admin');

/** The address after `#/`: a page, and what it was opened for (`players/anna`). */
export function placeOf(hash: string): { readonly path: string; readonly detail: string } {
  const [path = '', ...detail] = hash.replace(/^#\/?/, '').split('/');
  try {
    return { path, detail: decodeURIComponent(detail.join('/')) };
  } catch {
    return { path, detail: '' };
  }
}

export const hashOf = (path: string, detail = ''): string =>
  `#/${path}${detail === '' ? '' : `/${encodeURIComponent(detail)}`}`;
