//! One small case for each mistake that the files of tariffs can hold, with the message that it gives.

mod fixture;
mod forms;
mod good;
mod held;
mod meaning;
