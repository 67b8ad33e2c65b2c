// Preloaded by tests (`NODE_OPTIONS=--require`): each SIGUSR2 makes a fault that nobody catches.
process.on('SIGUSR2', () => {
  void Promise.reject(new Error('A planted fault'));
});
