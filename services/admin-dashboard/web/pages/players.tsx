import { type FormEvent, useCallback, useState } from 'react';
import {
  boardsQuery,
  type LeaderboardPage,
  leaderboardSubscription,
  type Player as PlayerAnswer,
  playerQuery,
} from '../api/lists.ts';
import { useLive, useQuery } from '../api/use.ts';
import { EventTable, Pager } from '../components/event-table.tsx';
import { Panel } from '../components/panel.tsx';
import { Failed, Loading } from '../components/states.tsx';
import { Tile } from '../components/tile.tsx';
import { count, dayIn, duration, moment, money } from '../format.ts';
import { usePlace } from '../place.ts';
import { hashOf } from '../places.ts';
import type { PageProps } from '../routes.ts';

const TIMELINE_DAYS = 90;

function Search({ id }: { readonly id: string }) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const wanted = String(new FormData(event.currentTarget).get('player') ?? '').trim();
    if (wanted !== '') location.hash = hashOf('players', wanted);
  };
  return (
    <form className="filters" onSubmit={submit}>
      <label className="wide">
        <span className="caption">Player</span>
        <input key={id} name="player" defaultValue={id} autoComplete="off" required />
      </label>
      <button type="submit" className="primary">
        Show
      </button>
    </form>
  );
}

function Profile({ player, timeZone }: { readonly player: PlayerAnswer; readonly timeZone: string }) {
  return (
    <dl className="tiles">
      <Tile
        label="First seen"
        value={moment(player.firstSeenAt, timeZone)}
        detail={`last ${moment(player.lastSeenAt, timeZone)}`}
      />
      <Tile label="Active days" value={count(player.activeDays)} />
      <Tile label="Sessions" value={count(player.sessions)} detail={`${duration(player.playtimeSeconds)} played`} />
      <Tile
        label="Spent"
        value={player.revenue.map((one) => money(one)).join(' · ') || '–'}
        detail={`${count(player.purchases)} purchases, ${count(player.refunds)} refunds`}
      />
    </dl>
  );
}

function OnePlayer({ game, id }: Pick<PageProps, 'game'> & { readonly id: string }) {
  const to = dayIn(game.timeZone, Date.now());
  const from = dayIn(game.timeZone, Date.now(), 1 - TIMELINE_DAYS);
  const [pages, setPages] = useState<readonly (string | null)[]>([]);
  const [after, setAfter] = useState<string | null>(null);
  const loaded = useQuery(playerQuery, { gameId: game.id, playerId: id, from, to, after });
  if (loaded.state === 'loading') return <Loading what={id} />;
  if (loaded.state === 'failed') return <Failed message={loaded.message} retry={loaded.retry} />;
  const player = loaded.data.game?.player;
  if (!player)
    return (
      <p className="none">
        No event of a player «{id}» is stored in {game.name}.
      </p>
    );
  const { edges, pageInfo } = player.timeline;
  const move = (before: readonly (string | null)[]): void => {
    setAfter(before.length > pages.length ? pageInfo.endCursor : (pages.at(-1) ?? null));
    setPages(before);
  };
  return (
    <>
      <Profile player={player} timeZone={game.timeZone} />
      <h3>Timeline</h3>
      <EventTable events={edges.map(({ node }) => node)} timeZone={game.timeZone} withPlayer={false} />
      <Pager before={pages} next={pageInfo.hasNextPage ? pageInfo.endCursor : null} current={after} onMove={move} />
    </>
  );
}

function Places({ gameId, board }: { readonly gameId: string; readonly board: string }) {
  const [page, setPage] = useState<LeaderboardPage>();
  const onPage = useCallback(({ leaderboard }: { leaderboard: LeaderboardPage }) => setPage(leaderboard), []);
  useLive(leaderboardSubscription, { gameId, board }, onPage);
  if (!page) return <Loading what={board} />;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Rank</th>
          <th scope="col">Player</th>
          <th scope="col" className="number">
            Score
          </th>
        </tr>
      </thead>
      <tbody>
        {page.edges.map(({ node }) => (
          <tr key={node.playerId}>
            <td>{node.rank}</td>
            <th scope="row">
              <a href={hashOf('players', node.playerId)}>{node.playerId}</a>
            </th>
            <td className="number">{node.score.toLocaleString('en')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Leaderboards({ gameId }: { readonly gameId: string }) {
  const loaded = useQuery(boardsQuery, { gameId });
  const [chosen, setChosen] = useState<string>();
  if (loaded.state !== 'ready') return null;
  const names = loaded.data.game?.leaderboards.names ?? [];
  const board = names.find((name) => name === chosen) ?? names[0];
  return (
    <Panel title="Leaderboard" note="the best ten, live" size="rest">
      {board === undefined ? (
        <p className="none">Nobody has a score yet.</p>
      ) : (
        <>
          <label className="choice">
            <span className="caption">Board</span>
            <select value={board} onChange={(event) => setChosen(event.target.value)}>
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <Places key={board} gameId={gameId} board={board} />
        </>
      )}
    </Panel>
  );
}

/** One player by name, and who leads. */
export function Players({ game }: PageProps) {
  const { detail: id } = usePlace();
  return (
    <div className="grid">
      <Panel
        title={id === '' ? 'Find a player' : id}
        note={id === '' ? '' : `in ${game.name}`}
        size={id === '' ? 'most' : 'whole'}
      >
        <Search id={id} />
        {id === '' ? (
          <p className="none">Enter the id that the game gave, or choose a player from the leaderboard.</p>
        ) : (
          <OnePlayer key={id} game={game} id={id} />
        )}
      </Panel>
      {id === '' && <Leaderboards gameId={game.id} />}
    </div>
  );
}
