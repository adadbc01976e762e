import { useState } from 'react';
import { gamesQuery } from './api/documents.ts';
import { useQuery } from './api/use.ts';
import { Boundary } from './components/boundary.tsx';
import { Header } from './components/header.tsx';
import { Empty, Failed, Loading } from './components/states.tsx';
import { Overview } from './pages/overview.tsx';

const NO_VARIABLES = {};
const GAMES_EVERY_MILLIS = 60_000;

export function App() {
  const games = useQuery(gamesQuery, NO_VARIABLES, GAMES_EVERY_MILLIS);
  const [chosen, setChosen] = useState<string>();
  const list = games.state === 'ready' ? games.data.games : [];
  const game = list.find(({ id }) => id === chosen) ?? list[0];
  return (
    <>
      <a className="skip" href="#main">
        Skip to the figures
      </a>
      <Header games={list} chosen={game?.id} onChoose={setChosen} />
      <main id="main" tabIndex={-1}>
        {games.state === 'loading' && <Loading what="games" />}
        {games.state === 'failed' && <Failed message={games.message} retry={games.retry} />}
        {games.state === 'ready' && !game && (
          <Empty title="No game yet" hint="npm run gm -- token --api-key --game mygame" />
        )}
        {game && (
          <Boundary key={game.id}>
            <Overview game={game} />
          </Boundary>
        )}
      </main>
    </>
  );
}
