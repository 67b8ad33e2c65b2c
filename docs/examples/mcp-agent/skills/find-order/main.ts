export default ({ order }: { order: string }): object => ({ order, status: 'delivered', total: 42 });
