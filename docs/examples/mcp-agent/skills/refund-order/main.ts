export default ({ order }: { order: string }): object => ({ order, status: 'refunded' });
