import { authOptions, createTokenVerifier } from '#kit/auth/index.ts';
import { httpOptions, serveHttp } from '#kit/http/index.ts';
import { runService } from '#kit/lifecycle.ts';
import { signInOf } from './edges/development.ts';
import { openPages, pageRoutes, pageSecurity } from './edges/pages.ts';
import { openReports, reportRoutes } from './edges/reports.ts';
import { sessionRoutes } from './edges/session.ts';
import { upstreamRoutes } from './edges/upstreams.ts';
import { environment } from './environment.ts';
import { service as entry } from './metrics.ts';

await runService({
  service: entry,
  version: '1.0.0',
  environment,
  start: async (service) => {
    const { config, metrics } = service;
    const signIn = signInOf(config);
    const pages = await openPages(config, service.logger);
    const reports = reportRoutes(createTokenVerifier(authOptions(config)), openReports(config.ARTIFACTS_URL));
    const routes = [sessionRoutes(signIn), reports, upstreamRoutes(config, metrics), pageRoutes(pages)];
    await service.part('http', () =>
      serveHttp(service, {
        ...httpOptions(config),
        openapi: { title: 'admin-dashboard' },
        helmet: pageSecurity,
        routes,
      }),
    );
  },
});
