# install rules follow the targets
