export { createManagementServer, type HealthCheck, type ManagementServer, type Readiness } from './management.ts';
export { ProblemDetails } from './problems.ts';
export {
  createHttpServer,
  type HttpEnvironment,
  type HttpOptions,
  type HttpServer,
  httpEnvironment,
  httpOptions,
  type ListeningServer,
  type Routes,
  serveHttp,
} from './server.ts';
