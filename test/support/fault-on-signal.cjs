// Preloaded by tests (`NODE_OPTIONS=--require`): each SIGUSR2 causes an uncaught error.
process.on('SIGUSR2', () => {
  void Promise.reject(new Error('A planted fault'));
});
