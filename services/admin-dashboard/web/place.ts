import { useEffect, useState } from 'react';
import { placeOf } from './places.ts';

/** The part of the address that says which page is shown; follows links and the browser's buttons. */
export function usePlace() {
  const [hash, setHash] = useState(() => location.hash);
  useEffect(() => {
    const follow = (): void => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return placeOf(hash);
}
