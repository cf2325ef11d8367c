// Imports that the bundler of the site understands and TypeScript does not.

declare module '*.css';
