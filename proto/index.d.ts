export * from './gen/sotto/v1/account_pb.js';
export * from './gen/sotto/v1/error_pb.js';
export * from './gen/sotto/v1/event_pb.js';
export * from './gen/sotto/v1/frame_pb.js';
export * from './gen/sotto/v1/presence_pb.js';
export * from './gen/sotto/v1/room_pb.js';
export * from './gen/sotto/v1/session_pb.js';
