import type { NextConfig } from 'next';

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The gate serves `/arena/…` itself; Next must not redirect between `/arena` and `/arena/`.
  skipTrailingSlashRedirect: true,
  // These packages fork child processes or load files by path at run time, which a bundle breaks.
  serverExternalPackages: ['bull', 'bull-arena', 'bullmq', 'bullmq5', 'ioredis', 'pino'],
  // Types are a check of their own (`npm run types`): here they would cost every first start ten seconds.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
};

export default config;
